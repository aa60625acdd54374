"""Files to and from the bank: ISO 20022 only. Written alike to the byte each time; read as if an enemy wrote them."""
