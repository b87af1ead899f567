"""What every test may use."""

import pytest
