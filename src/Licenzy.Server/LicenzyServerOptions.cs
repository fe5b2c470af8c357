namespace Licenzy.Server;

/// <summary>The server's settings: section <c>Licenzy</c> of the configuration, environment <c>Licenzy__X__Y</c>.</summary>
public sealed class LicenzyServerOptions
{
    /// <summary>Where the SQLite file, the encryption key and <c>first-run.txt</c> live; default <c>~/.licenzy</c>.</summary>
    public string DataDirectory { get; set; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".licenzy");

    /// <summary>A connection string: <c>Data Source=…</c> is SQLite (default <c>licenzy.db</c> in the data directory), <c>Host=…</c> is PostgreSQL.</summary>
    public string? Database { get; set; }

    /// <summary>Base64 of 32 bytes that seal secrets at rest. SQLite makes its own file for it; PostgreSQL needs it set.</summary>
    public string? EncryptionKey { get; set; }

    /// <summary>The address customers and Stripe reach this server under; default the address of the request.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Hours a subscription stays usable past its period while Stripe's news is on its way; default 48, 0 to 720.</summary>
    public double RenewalLeewayHours { get; set; } = 48;

    /// <summary>Used at the first start only.</summary>
    public BootstrapOptions Bootstrap { get; set; } = new();

    /// <summary>How Stripe is called.</summary>
    public StripeOptions Stripe { get; set; } = new();

    /// <summary>Which SQLite library is loaded.</summary>
    public SqliteOptions Sqlite { get; set; } = new();

    /// <summary>Keys for the first start; made and printed once where absent. They must fit the key format.</summary>
    public sealed class BootstrapOptions
    {
        /// <summary>The portal's first admin key, <c>lz_admin_…</c>.</summary>
        public string? AdminKey { get; set; }

        /// <summary>The first runtime key of test mode, <c>lz_test_…</c>.</summary>
        public string? TestKey { get; set; }

        /// <summary>The first runtime key of live mode, <c>lz_live_…</c>; none is made where absent.</summary>
        public string? LiveKey { get; set; }

        /// <summary>The e-mail address of the first operator; needs <see cref="AdminPassword"/>. Nobody can sign in where absent.</summary>
        public string? AdminEmail { get; set; }

        /// <summary>The first operator's password, 12 to 256 characters.</summary>
        public string? AdminPassword { get; set; }
    }

    /// <summary>How Stripe is called.</summary>
    public sealed class StripeOptions
    {
        /// <summary>Stripe's API; http only for loopback. Default <c>https://api.stripe.com</c>.</summary>
        public Uri ApiBase { get; set; } = new("https://api.stripe.com");
    }

    /// <summary>Which SQLite library is loaded.</summary>
    public sealed class SqliteOptions
    {
        /// <summary>An absolute path; default the operating system's own.</summary>
        public string? Library { get; set; }
    }
}
