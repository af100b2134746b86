"""The catalogue as DCAT-AP 3 (W3C DCAT 3, SEMIC DCAT-AP 3.0.1): what an entry says, in the words of open-data portals."""
