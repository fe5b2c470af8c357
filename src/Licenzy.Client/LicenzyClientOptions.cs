namespace Licenzy;

/// <summary>Settings of <see cref="LicenzyClient"/>; section <c>Licenzy</c> of the configuration.</summary>
public sealed class LicenzyClientOptions : LicenzyConnectionOptions
{
    /// <summary>A runtime key, <c>lz_test_…</c> or <c>lz_live_…</c>; it decides the mode. Keep it out of files under version control.</summary>
    public string? ApiKey { get; set; }
}
