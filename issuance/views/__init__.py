"""Pages of issuing: for those who request, for those who release, for whoever tends failures."""
