"""In and out (导入导出): the catalogue as Excel, JSON and DCAT-AP, without loss."""
