using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Hosting;

/// <summary>
/// Every route of the document meets every hostile request: never a failure of ours, never a word about how we are made, never an answer that the
/// document does not have, and nothing has changed. What each body's members take is tried by <see cref="HostileBodyTests"/>.
/// </summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class HostileRouteTests(Engine engine) : ServerFixture(engine)
{
    // What nobody has: an id in the right form, so that a route with a parameter is reached and finds nothing.
    private const string Nobody = "x_01J00000000000000000000000";

    // Answers to requests that reach no route, or no line of ours.
    private static readonly int[] Unrouted = [400, 404, 405, 414, 431];

    private static readonly string[] Inside = ["System.", "Licenzy.", "SQLite", "Npgsql", "PostgreSQL", "Kestrel", "   at ", "/src/", "select "];

    // Unconfigured, the operator's billing answers 503 to everything.
    protected override LicenzyTestServerOptions Options()
    {
        var options = base.Options();
        options.Configure = server => server.Billing.WebhookSecret = "whsec_ForHostileRoutesOnly";
        return options;
    }

    [Test]
    public async Task Nothing_hostile_gets_anywhere_on_any_route()
    {
        var document = (await Runtime.GetAsync("/openapi/v1.json")).Json["paths"]!.AsObject();
        var routes = (from path in document from operation in path.Value!.AsObject() select new Route(operation.Key.ToUpperInvariant(), path.Key, operation.Value!)).ToList();
        // A catch-up takes no body and may be asked for by anybody with the key: what it notes is there before.
        Assert.That((await Portal.PostAsync("/portal/stripe/catch-up?mode=test", new JsonObject())).Status, Is.EqualTo(200));
        Assert.That(routes.Select(route => route.Filled), Has.None.Contains("{"), "a parameter was left as it is called");
        var before = await Rows.CountsAsync(Server);
        var (wrong, statuses) = (new ConcurrentQueue<string>(), new ConcurrentQueue<int>());

        await Parallel.ForEachAsync(routes, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (route, _) =>
        {
            foreach (var hostile in HostileRequest.All)
            {
                var target = hostile.Target(route.Filled);
                var answer = await RawHttp.SendAsync(Server, route.Method, target, hostile.Headers(Right(route)), hostile.Body);
                statuses.Enqueue(answer.Status);
                if (Wrong(route, hostile, answer) is { } what)
                    wrong.Enqueue($"{route.Method} {route.Path}, {hostile.Name}: {what}: {answer.Status} {answer.Text[..Math.Min(answer.Text.Length, 300)]}");
            }
        });

        var summary = $"{Database.Engine}: {routes.Count} routes × {HostileRequest.All.Count} hostile inputs = {routes.Count * HostileRequest.All.Count} requests, {wrong.Count} wrong; "
            + string.Join(", ", statuses.GroupBy(status => status).OrderBy(group => group.Key).Select(group => $"{group.Key}: {group.Count()}"));
        TestContext.Progress.WriteLine(summary);
        TestContext.Out.WriteLine(summary);
        Assert.That(wrong, Is.Empty);
        Assert.That(HostileRequest.All, Has.Count.GreaterThanOrEqualTo(60));
        var changed = (await Rows.CountsAsync(Server)).Where(table => table.Value != before[table.Key]).Select(table => $"{table.Key}: {before[table.Key]} → {table.Value}");
        Assert.That(changed, Is.Empty, "something changed");
    }

    private static string? Wrong(Route route, HostileRequest hostile, RawAnswer answer)
    {
        var isProblem = answer.Headers.TryGetValue("Content-Type", out var type) && type == "application/problem+json";
        return Inside.FirstOrDefault(answer.Text.Contains) is { } word && answer.Status >= 400 ? $"says '{word}'"
            : answer.Status >= 500 ? "a failure"
            : !route.Answers.Contains(answer.Status) && !Unrouted.Contains(answer.Status) ? "not documented"
            : answer.Status < 400 && (route.RequiresBody || (route.TakesBody && hostile.Body is not [])) ? "was let in"
            : hostile.OpensNothing && route.IsKeyed && answer.Status is not (400 or 401 or 403) ? "was let in without a key"
            // The web server itself refuses what is hardly HTTP, and says nothing.
            : answer.Status >= 400 && !isProblem && !(answer.Text.Length == 0 && answer.Status is 400 or 414 or 431) ? "no problem details"
            : isProblem && (string?)answer.Json["request_id"] != answer.Headers["X-Request-ID"] ? "another request id"
            : null;
    }

    private string[] Right(Route route) =>
        [$"Authorization: Bearer {(route.Path.StartsWith("/v1", StringComparison.Ordinal) ? Server.TestKey : Server.AdminKey)}", "Content-Type: application/json"];

    private sealed record Route(string Method, string Path, JsonNode Operation)
    {
        /// <summary>The path with a value in the right form for each parameter.</summary>
        public string Filled { get; } = Regex.Replace(Path, @"\{(\w+)\}", name => name.Groups[1].Value is "subject_ref" or "product_code" ? "01J0" : Nobody);

        public int[] Answers { get; } = [.. Operation["responses"]!.AsObject().Select(answer => int.Parse(answer.Key, System.Globalization.CultureInfo.InvariantCulture))];

        public bool TakesBody => Operation["requestBody"] is not null;

        public bool RequiresBody => (bool?)Operation["requestBody"]?["required"] == true;

        // Of several ways in, one without anything is one that is open to this machine.
        public bool IsKeyed => Operation["security"]?.AsArray() is { } ways && ways.All(way => way!.AsObject().Count > 0) && !Path.Contains("/webhooks/stripe/", StringComparison.Ordinal);
    }
}
