from tests.banking import banks

__all__ = ["banks"]
