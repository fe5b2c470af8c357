using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Time;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Http;

/// <summary>What is in the server's database, for tests that something was stored once, or not at all.</summary>
public static class Rows
{
    private static readonly string[] Tables =
    [
        "accounts", "workspaces", "admin_keys", "api_keys", "products", "product_prices", "stripe_connections", "stripe_customers", "subjects", "entitlements",
        "entitlement_revisions", "checkout_attempts", "stripe_events", "stripe_payments", "stripe_invoices", "stripe_links", "usage_ledger", "usage_holds", "usage_hold_parts", "idempotency_keys", "audit_log", "settings",
        "operators", "portal_sessions", "stripe_catch_ups", "account_subscriptions", "billing_events", "webhook_endpoints", "outbound_events", "deliveries",
        "delivery_attempts", "change_feed_head", "change_feed", "test_clocks",
    ];

    /// <summary>The number of rows of every table, once time has told all it has to: between two counts it adds none of its own.</summary>
    public static async Task<Dictionary<string, long>> CountsAsync(LicenzyTestServer server)
    {
        await server.SettleAsync();
        var counts = new Dictionary<string, long>();
        foreach (var table in Tables)
        {
            counts[table] = await ValueAsync<long>(server, $"select count(*) from {table}");
        }

        return counts;
    }

    public static Task<long> CountAsync(LicenzyTestServer server, string table) => ValueAsync<long>(server, $"select count(*) from {table}");

    public static Task<T?> ValueAsync<T>(LicenzyTestServer server, string sql, object? arguments = null) =>
        server.Services.GetRequiredService<Db>().ReadAsync(session => session.FindAsync<T>(sql, arguments), CancellationToken.None);

    public static Task<IReadOnlyList<T>> ListAsync<T>(LicenzyTestServer server, string sql, object? arguments = null) =>
        server.Services.GetRequiredService<Db>().ReadAsync(session => session.ListAsync<T>(sql, arguments), CancellationToken.None);

    /// <summary>Changes the database behind the server's back.</summary>
    public static Task ExecuteAsync(LicenzyTestServer server, string sql, object? arguments = null) =>
        server.Services.GetRequiredService<Db>().WriteAsync(session => session.ExecuteAsync(sql, arguments), CancellationToken.None);

    /// <summary>Every table that the schema has, so that a new one is not forgotten above.</summary>
    public static IReadOnlyList<string> Forgotten() =>
    [
        .. Migrations.All.SelectMany(migration => migration.Script.Split('\n'))
            .Where(line => line.StartsWith("create table ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[2])
            .Except(Renamed())
            .Except(Tables),
    ];

    private static IEnumerable<string> Renamed() => Migrations.All.SelectMany(migration => migration.Script.Split('\n'))
        .Where(line => line.StartsWith("alter table ", StringComparison.Ordinal) && line.Contains(" rename to ", StringComparison.Ordinal))
        .Select(line => line.Split(' ')[2]);
}
