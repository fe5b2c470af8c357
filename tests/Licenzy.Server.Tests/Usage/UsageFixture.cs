using System.Globalization;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;

namespace Licenzy.Server.Tests.Usage;

/// <summary>A shop whose customers' units are held, committed, released and reversed.</summary>
public abstract class UsageFixture(Engine engine) : ServerFixture(engine)
{
    protected const string HoldRoute = "POST /v1/usage/hold";
    protected const string CommitRoute = "POST /v1/usage/hold/{id}/commit";
    protected const string ReleaseRoute = "POST /v1/usage/hold/{id}/release";
    protected const string ReverseRoute = "POST /v1/usage/reverse";
    protected const string VerifyRoute = "GET /portal/ledger/verify";

    protected async Task<string> GivenAsync(string subject, long units, DateTimeOffset? expiresAt = null)
    {
        var body = new JsonObject { ["units"] = units };
        if (expiresAt is { } end)
            body["expires_at"] = Wire.Time(end);
        var answer = await GrantAsync(subject, "PACK1000", body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return (string)answer.Json["id"]!;
    }

    protected async Task<string> WithUnitsAsync(params long[] packs)
    {
        var subject = NewSubject();
        foreach (var units in packs)
            await GivenAsync(subject, units);
        return subject;
    }

    protected Task<Answer> HoldAsync(string subject, long units, long? seconds = null, string? key = null)
    {
        var body = new JsonObject { ["subject_ref"] = subject, ["units"] = units };
        if (seconds is not null)
            body["expires_in_seconds"] = seconds;
        return Runtime.PostAsync("/v1/usage/hold", body, key);
    }

    protected async Task<string> HeldAsync(string subject, long units, long? seconds = null)
    {
        var answer = await HoldAsync(subject, units, seconds);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return (string)answer.Json["hold_id"]!;
    }

    protected Task<Answer> CommitAsync(string hold, long? units = null, string? key = null) =>
        Runtime.PostAsync($"/v1/usage/hold/{hold}/commit", units is null ? [] : new JsonObject { ["units"] = units }, key);

    protected Task<Answer> ReleaseAsync(string hold, string? key = null) => Runtime.SendAsync(HttpMethod.Post, $"/v1/usage/hold/{hold}/release", (string?)null, key);

    protected Task<Answer> ReverseAsync(string consumption, long? units = null, string? key = null)
    {
        var body = new JsonObject { ["consumption_id"] = consumption };
        if (units is not null)
            body["units"] = units;
        return Runtime.PostAsync("/v1/usage/reverse", body, key);
    }

    protected async Task<string> ConsumedAsync(string subject, long units) => (string)(await ConsumeAsync(subject, units)).Json["consumption_id"]!;

    protected async Task<Dictionary<string, long>> LeftOfAsync(string subject) => (await SummaryAsync(subject))["entitlements"]!.AsArray()
        .ToDictionary(right => (string)right!["id"]!, right => (long)right!["usage_remaining"]!);

    protected async Task<long> LeftAsync(string subject) => (await LeftOfAsync(subject)).Values.Sum();

    /// <summary>The rows of a subject's ledger, oldest first: kind, amount, what it did to the balance, to the units held, the balance after it.</summary>
    protected async Task<string[]> LedgerAsync(string subject)
    {
        var rows = await Rows.ValueAsync<string>(
            Server, Database.Engine == Engine.Postgres
                ? "select string_agg(kind || ' ' || amount || ' ' || units || ' ' || held || ' ' || balance_after, '\n' order by version, entitlement_id, kind) from usage_ledger where subject_ref = @subject"
                : "select group_concat(line, char(10)) from (select kind || ' ' || amount || ' ' || units || ' ' || held || ' ' || balance_after as line from usage_ledger where subject_ref = @subject order by version, entitlement_id, kind)",
            new { subject });
        return rows?.Split('\n') ?? [];
    }

    /// <summary>All differences in a mode's books, over every page.</summary>
    protected async Task<IReadOnlyList<JsonNode>> DifferencesAsync(int limit = 100)
    {
        var (all, cursor) = (new List<JsonNode>(), "");
        do
        {
            var page = await Portal.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/portal/ledger/verify?limit={limit}{cursor}"));
            Assert.That(page.Status, Is.EqualTo(200), page.Text);
            all.AddRange(page.Json["data"]!.AsArray().Select(one => one!));
            cursor = page.Json["next_cursor"] is { } next ? $"&cursor={(string)next!}" : null;
        }
        while (cursor is not null);
        return all;
    }
}
