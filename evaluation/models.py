"""What the app "evaluation" stores."""
