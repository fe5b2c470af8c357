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

    /// <summary>
    /// Idempotency-Keys that are kept for one workspace, 1 to 10,000,000; default 1,000,000. At the bound new keys get 503 until old ones have gone; none goes
    /// before its 24 hours (CONTRACT §0). Several servers on one database learn of each other's keys with a delay and may pass it by a little.
    /// </summary>
    public int IdempotencyKeysPerWorkspace { get; set; } = 1_000_000;

    /// <summary>
    /// Subjects whose decision is kept in memory, 0 to 100,000,000; default 2,000,000, of at most 64 bytes each; 0 asks the database every time. Half of them
    /// stay for certain while they are asked for, so it should be twice as many as are asked for again and again.
    /// </summary>
    public int Snapshots { get; set; } = 2_000_000;

    /// <summary>How long what happens by itself waits once the server listens. Zero: it begins with the server, as a test wants it.</summary>
    internal TimeSpan QuietStart { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How much one key, and all keys together, may ask for.</summary>
    public RateLimitingOptions RateLimiting { get; set; } = new();

    /// <summary>Used at the first start only.</summary>
    public BootstrapOptions Bootstrap { get; set; } = new();

    /// <summary>How Stripe is called.</summary>
    public StripeOptions Stripe { get; set; } = new();

    /// <summary>How changes are told to those who follow them.</summary>
    public ChangesOptions Changes { get; set; } = new();

    /// <summary>How the operator bills the accounts of this server; nobody is billed where nothing is set.</summary>
    public BillingOptions Billing { get; set; } = new();

    /// <summary>How events are sent to the endpoints of workspaces.</summary>
    public OutboundWebhookOptions OutboundWebhooks { get; set; } = new();

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

    /// <summary>
    /// How much one key, and all keys together, may ask for (CONTRACT §0). Access reads are outside the limit of a key; health and Stripe's events are
    /// outside both. Each server process counts for itself.
    /// </summary>
    public sealed class RateLimitingOptions
    {
        /// <summary>Requests a second that each key may send in the long run, 0 to 1,000,000; default 1000; 0 turns the limit off.</summary>
        public int PermitsPerSecond { get; set; } = 1000;

        /// <summary>Requests that a key may send at once after a pause, 1 to 10,000,000; default 2000.</summary>
        public int Burst { get; set; } = 2000;

        /// <summary>Requests with a key that are worked on at the same time, 0 to 100,000; default 800; 0 turns the limit off. What comes on top is answered 503 at once.</summary>
        public int Concurrent { get; set; } = 800;
    }

    /// <summary>How changes are told to those who follow <c>GET /v1/changes</c>.</summary>
    public sealed class ChangesOptions
    {
        /// <summary>Seconds between heartbeats of a connection, 1 to 15: clients take three that did not come for the end; default 15. A revoked key's connection ends with the next one.</summary>
        public double HeartbeatSeconds { get; set; } = 15;

        /// <summary>Connections that one workspace may hold on this server, 1 to 10,000; default 100. All together hold ten times as many.</summary>
        public int Listeners { get; set; } = 100;
    }

    /// <summary>How Stripe is called.</summary>
    public sealed class StripeOptions
    {
        /// <summary>Stripe's API; http only for loopback. Default <c>https://api.stripe.com</c>.</summary>
        public Uri ApiBase { get; set; } = new("https://api.stripe.com");
    }

    /// <summary>How the operator's own Stripe account bills the accounts of this server.</summary>
    public sealed class BillingOptions
    {
        /// <summary>
        /// The signing secret of the endpoint <c>/v1/webhooks/stripe/billing</c> in the operator's Stripe account, <c>whsec_…</c>. It turns billing on:
        /// live mode then takes an active or trialing subscription.
        /// </summary>
        public string? WebhookSecret { get; set; }

        /// <summary>The secret before it, for as long as a roll at Stripe takes; needs <see cref="WebhookSecret"/>.</summary>
        public string? PreviousWebhookSecret { get; set; }
    }

    /// <summary>How events are sent to the endpoints of workspaces (CONTRACT §1).</summary>
    public sealed class OutboundWebhookOptions
    {
        /// <summary>Whether anything is sent; default true. While it is false everything waits, and nothing is lost.</summary>
        public bool Enabled { get; set; } = true;

        /// <summary>Whether <c>http://</c> endpoints are taken, in test mode only; default false.</summary>
        public bool AllowHttp { get; set; }

        /// <summary>Networks (<c>10.0.0.0/8</c>, or one address) that may be called although they are not public, on any port; default none.</summary>
        public IList<string> AllowedPrivateNetworks { get; } = new List<string>();

        /// <summary>Ports that may be called besides 443 and 8443; default none.</summary>
        public IList<int> AllowedPorts { get; } = new List<int>();

        /// <summary>
        /// From one try to the next, each from 0 to 30 days, at most 50; default 0, 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h. The first try is always
        /// at once: a leading 0 stands for it and may be left out. Each delay is spread by 20 % to either side.
        /// </summary>
        public IList<TimeSpan> Schedule { get; } = new List<TimeSpan>();
    }

    /// <summary>Which SQLite library is loaded.</summary>
    public sealed class SqliteOptions
    {
        /// <summary>An absolute path; default the operating system's own.</summary>
        public string? Library { get; set; }
    }
}
