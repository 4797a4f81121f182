"""What a build makes: stages, what each instruction brings, and the environments in the image."""
