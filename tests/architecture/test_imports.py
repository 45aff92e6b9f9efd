"""What a process that verifies no signature does not load."""

import subprocess
import sys


def test_the_libraries_of_signatures_are_loaded_when_the_first_one_is_verified():
    asked = "import app, sys; print(sorted({'asn1crypto', 'pyhanko', 'pyhanko_certvalidator', 'aiohttp'} & set(sys.modules)))"

    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "[]"
