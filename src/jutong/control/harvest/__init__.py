"""Harvest (外部目录采集): other platforms' catalogues (DCAT, CKAN, data.json) followed by leased, resumable jobs."""
