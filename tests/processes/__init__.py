"""Every path of every shipped diagram, walked on the real engine."""
