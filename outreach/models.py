"""What the app "outreach" stores."""
