"""Worker processes as the supervisor sees them: start one, give it slices, notice its end, replace it."""
