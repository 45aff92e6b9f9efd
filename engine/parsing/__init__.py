"""From uploaded bytes to Spiff specs: our extension of SpiffWorkflow's parser."""
