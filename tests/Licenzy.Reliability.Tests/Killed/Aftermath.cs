using System.Globalization;
using System.Net.Http.Json;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Webhooks;
using Microsoft.Data.Sqlite;

namespace Licenzy.Reliability.Tests.Killed;

/// <summary>What must be so after a kill, asked of whoever serves now.</summary>
internal sealed class Aftermath(Shop shop, Replica replica) : IDisposable
{
    private const int AtOnce = 8;
    private const int DuplicatesOfRound = 2;

    private readonly Wire _app = replica.With(shop.TestKey);
    private readonly Wire _portal = replica.With(shop.AdminKey);

    /// <summary>Settles what nobody heard an answer to, and finds everything else as it was told.</summary>
    public async Task CheckAsync(Round round)
    {
        await Task.WhenAll(
            Parallel.ForEachAsync(round.Operations, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (operation, _) => await operation.RepeatAsync(_app)),
            TellAgainAsync(round),
            Task.Run(CheckFile));
        await Task.WhenAll([.. round.Granted.Keys.Select(subject => CheckAsync(round, subject)), AddsUpAsync()]);
    }

    /// <summary>A subject has what the answers say, to the unit.</summary>
    public async Task CheckAsync(Round round, string subject)
    {
        var answer = await PatientlyGetAsync(_app, $"/v1/entitlements/{subject}?limit=100");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        var rights = answer.Json["entitlements"]!.AsArray();
        var left = rights.Sum(right => (long)right!["usage_remaining"]!);
        Assert.That(rights, Has.Count.EqualTo(1 + round.PacksOf(subject)), $"{subject}: one right of the grant and one of each purchase");
        Assert.That(left, Is.EqualTo(round.LeftTo(subject)), $"{subject}: units left are those granted and bought less those that were taken");
        var version = answer.Header(LicenzyHeaders.SubjectVersion)!;
        Assert.That(await MayProceedAsync(subject, version), Is.EqualTo(left > 0), subject);
        await WasToldAsync(round, subject, version);
    }

    public void Dispose()
    {
        _app.Dispose();
        _portal.Dispose();
    }

    // Stripe sends again what was not acknowledged, and now and then what was.
    private Task TellAgainAsync(Round round) => Task.WhenAll(
        round.Deliveries.Where(delivery => !delivery.IsAcknowledged).Concat(round.Deliveries.Where(delivery => delivery.IsAcknowledged).TakeLast(DuplicatesOfRound))
            .ToList().Select(delivery => delivery.SendAsync(replica.Anybody)));

    // At the version just seen, or another server might not have heard of it yet.
    private async Task<bool> MayProceedAsync(string subject, string version)
    {
        var answer = await Wire.PatientlyAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/access/check") { Content = JsonContent.Create(new { subject_ref = subject }) };
            request.Headers.Add(LicenzyHeaders.MinVersion, version);
            return await _app.SendAsync(request);
        });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return (bool)answer.Json["allowed"]!;
    }

    // What happened and the news of it are there together, or neither is.
    private async Task WasToldAsync(Round round, string subject, string version)
    {
        var told = await Told.ReadAsync(shop.Database, subject);
        var done = round.Operations.Where(operation => operation.Subject == subject && operation.IsDone).CountBy(operation => operation.News).ToDictionary();
        Assert.That(told.Of(WebhookEventTypes.UsageConsumed), Is.EqualTo(done.GetValueOrDefault(WebhookEventTypes.UsageConsumed)), $"{subject}: an event a consumption");
        Assert.That(told.Of(WebhookEventTypes.PurchaseFinalized), Is.EqualTo(round.PacksOf(subject)), $"{subject}: an event a purchase");
        Assert.That(told.Version.ToString(CultureInfo.InvariantCulture), Is.EqualTo(version), $"{subject}: the feed ends with the last version");
    }

    // What `licenzy verify` asks.
    private async Task AddsUpAsync()
    {
        var cursor = "";
        do
        {
            var answer = await PatientlyGetAsync(_portal, $"/portal/ledger/verify?mode=test&limit=100{cursor}");
            Assert.That((answer.Status, answer.Json["data"]?.ToJsonString()), Is.EqualTo((200, "[]")), "every balance adds up");
            cursor = (string?)answer.Json["next_cursor"] is { } next ? string.Create(CultureInfo.InvariantCulture, $"&cursor={next}") : null;
        }
        while (cursor is not null);
    }

    private static Task<Answer> PatientlyGetAsync(Wire wire, string path) => Wire.PatientlyAsync(() => wire.GetAsync(path));

    private void CheckFile()
    {
        if (shop.Database.Engine != Engine.Sqlite)
            return;
        SqliteLibrary.Load(null);
        var readOnly = new SqliteConnectionStringBuilder(shop.Database.ConnectionString) { Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        using var file = new SqliteConnection(readOnly.ConnectionString);
        file.Open();
        using var check = file.CreateCommand();
        check.CommandText = "pragma integrity_check";
        Assert.That(check.ExecuteScalar(), Is.EqualTo("ok"));
    }
}
