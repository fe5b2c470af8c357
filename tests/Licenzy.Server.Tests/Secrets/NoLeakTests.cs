using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Starting;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.Tests.Secrets;

/// <summary>After a whole purchase, nothing but the answer that made a key holds it (SECURITY T2, T24, T25).</summary>
public sealed class NoLeakTests
{
    [Test]
    public async Task Neither_logs_nor_files_nor_other_answers_hold_a_key_or_a_secret()
    {
        using var logs = new CapturedLogs();
        var answers = new List<string>();
        var secrets = new List<string>();
        Dictionary<string, string> files;
        await using (var shop = await Shop.OpenAsync(Engine.Sqlite, options => (options.Logs, options.LogLevel) = (logs, LogLevel.Trace)))
        {
            secrets.AddRange([shop.Options.AdminKey, shop.Options.TestKey, shop.Options.LiveKey, shop.Options.EncryptionKey]);
            secrets.AddRange([shop.Stripe.SecretKey, shop.Stripe.WebhookSecret]);
            answers.AddRange(await LiveAsync(shop, secrets));
            files = Files(shop);
            await shop.RestartAsync();
            foreach (var (name, text) in Files(shop))
                files[$"{name} after a restart"] = text;
        }

        Assert.That(logs.Lines, Is.Not.Empty);
        Assert.That(files.Keys, Has.Some.EndsWith("licenzy.db-wal").And.Some.EndsWith("licenzy.db"));
        Assert.That(files.Values.Any(text => text.Contains("a visible subject", StringComparison.Ordinal)), Is.True, "the search finds what is there");
        foreach (var secret in secrets)
        {
            Assert.That(logs.Lines.Where(line => line.Contains(secret, StringComparison.Ordinal)), Is.Empty, "logs");
            Assert.That(answers.Where(answer => answer.Contains(secret, StringComparison.Ordinal)), Is.Empty, "answers");
            Assert.That(files.Where(file => file.Value.Contains(secret, StringComparison.Ordinal)).Select(file => file.Key), Is.Empty, "files");
        }
    }

    [Test]
    public async Task A_log_at_trace_is_really_written()
    {
        using var logs = new CapturedLogs();
        await using var shop = await Shop.OpenAsync(Engine.Sqlite, options => (options.Logs, options.LogLevel) = (logs, LogLevel.Trace));

        Assert.That(logs.Lines, Has.Some.Contains("Database ready"));
        Assert.That(logs.Lines.Any(line => line.StartsWith(nameof(LogLevel.Debug), StringComparison.Ordinal)), Is.True);
    }

    private static async Task<List<string>> LiveAsync(Shop shop, List<string> secrets)
    {
        var connection = await shop.ConnectAsync();
        var product = await shop.SellAsync("PACK", "usage_pack", "price_pack", new JsonObject { ["units"] = 100 });
        foreach (var (mode, kind) in new[] { ("test", "runtime"), ("live", "secret"), ("test", "publishable") })
        {
            var made = await shop.Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = mode, ["name"] = "made", ["kind"] = kind }, Wire.NewKey());
            secrets.Add((string)made.Json["key"]!);
        }

        var checkout = await shop.CheckoutAsync("a visible subject", "PACK", new JsonObject { ["customer_email"] = "a@example.com" });
        await shop.Stripe.PayAsync((string)checkout.Json["checkout_url"]!);
        shop.Stripe.FailNext(1, System.Net.HttpStatusCode.BadRequest, "resource_missing");
        var refused = await shop.Runtime.PostAsync(
            "/v1/checkout/session", new JsonObject { ["subject_ref"] = "a visible subject", ["product_code"] = "PACK" }, Wire.NewKey());
        var taken = await shop.Runtime.PostAsync("/v1/usage/consume", new JsonObject { ["subject_ref"] = "a visible subject", ["units"] = 5 }, Wire.NewKey());
        Assert.That((refused.Status, taken.Status), Is.EqualTo((502, 200)), $"{refused.Text}{taken.Text}");
        var wrongKey = await shop.Portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", new JsonObject
        {
            ["mode"] = "live", ["secret_key"] = shop.Stripe.SecretKey,
        });
        var wrongDoor = await shop.Portal.GetAsync("/v1/customer/access/user_1");
        Answer[] others =
        [
            connection, product, checkout, refused, taken, wrongKey, wrongDoor,
            await shop.AccessAsync("a visible subject"),
            await shop.Portal.GetAsync("/portal/me"),
            await shop.Portal.GetAsync("/portal/api-keys"),
            await shop.Portal.GetAsync("/portal/products"),
            await shop.Portal.GetAsync("/portal/stripe/connection"),
        ];
        return [.. others.Select(answer => answer.Text)];
    }

    // The server has the files open for writing; reading beside it sees what a thief of the disk would.
    private static Dictionary<string, string> Files(Shop shop)
    {
        var database = Path.GetDirectoryName(shop.Database.ConnectionString["Data Source=".Length..])!;
        var read = new Dictionary<string, string>();
        foreach (var path in Directory.GetFiles(database).Concat(Directory.GetFiles(shop.Folder)).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var text = new StreamReader(file, Encoding.Latin1);
            read[path] = text.ReadToEnd();
        }

        return read;
    }
}
