from tests.banking import banks
from tests.service import service

__all__ = ["banks", "service"]
