"""What all tests share: hypothesis finds the same examples in every run, and has no clock."""

from hypothesis import settings

settings.register_profile("mailsim", derandomize=True, deadline=None)
settings.load_profile("mailsim")
