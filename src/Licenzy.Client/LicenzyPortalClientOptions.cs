namespace Licenzy;

/// <summary>Settings of <see cref="LicenzyPortalClient"/>; section <c>Licenzy</c> of the configuration.</summary>
public sealed class LicenzyPortalClientOptions : LicenzyConnectionOptions
{
    /// <summary>An admin key, <c>lz_admin_…</c>. Keep it out of files under version control.</summary>
    public string? AdminKey { get; set; }

    /// <summary>The workspace to act on, <c>ws_…</c>; the account's oldest where absent.</summary>
    public string? Workspace { get; set; }
}
