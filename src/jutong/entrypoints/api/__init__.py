"""The JSON API of the control plane, `/api/v1`: the operations of all apps, mounted, described and guarded."""
