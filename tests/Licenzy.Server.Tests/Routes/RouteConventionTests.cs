using System.Reflection;
using System.Text.Json.Nodes;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Routes;

/// <summary>Every route is in the API's document and the reverse; every route says what it asks of its caller.</summary>
public sealed class RouteConventionTests
{
    // CONTRACT §0: every POST takes an Idempotency-Key, but for those that docs/contract.md names.
    private static readonly Dictionary<string, string> WithoutKey = new()
    {
        ["POST /v1/access/check"] = "yes: it reads",
        ["POST /v1/webhooks/stripe/tenant"] = "yes: by the event's id",
        ["POST /v1/webhooks/stripe/billing"] = "yes: by the event's id",
        ["POST /portal/session"] = "no: a further session",
    };

    private LicenzyTestServer _server = null!;
    private JsonNode _document = null!;

    [OneTimeSetUp]
    public async Task StartServer()
    {
        _server = await LicenzyTestServer.StartAsync();
        using var http = _server.CreateClient();
        _document = JsonNode.Parse(await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!;
    }

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public void Every_mapped_route_is_in_the_document_and_the_reverse() =>
        Assert.That(Documented(), Is.EquivalentTo(Mapped().Select(route => route.Name)));

    [Test]
    public void Only_pages_and_what_answers_for_no_route_are_left_out_of_the_document() => Assert.That(
        Routes().Where(IsHidden).Select(endpoint => "/" + endpoint.RoutePattern.RawText!.Trim('/')),
        Is.EquivalentTo(new[] { "/", "/docs/{**path}", "/openapi/v1.json", "/{**rest}", "/v1/{**rest}", "/portal/{**rest}" }));

    [Test]
    public void Every_route_says_what_it_asks_of_its_caller_how_often_it_may_be_called_and_whether_it_may_be_repeated()
    {
        var rows = Mapped().Select(route => new
        {
            route.Name,
            Rule = route.Endpoint.Metadata.GetMetadata<RequiredCredentials>()?.Rule,
            Limited = IsLimited(route.Endpoint) ? "limited" : "unlimited",
            Repeatable = Repeatable(route.Name, route.Endpoint),
        }).OrderBy(row => row.Name.Split(' ')[1], StringComparer.Ordinal).ToList();

        TestContext.Out.WriteLine($"{"method and path",-52} {"credentials",-16} {"rate",-10} idempotent");
        foreach (var row in rows)
            TestContext.Out.WriteLine($"{row.Name,-52} {row.Rule,-16} {row.Limited,-10} {row.Repeatable}");
        TestContext.Out.WriteLine($"{rows.Count} routes");
        Assert.That(rows.Where(row => row.Rule is null).Select(row => row.Name), Is.Empty, "no credentials rule");
        Assert.That(rows.Where(row => row.Repeatable == "NO").Select(row => row.Name), Is.Empty, "POSTs that take no Idempotency-Key");
        Assert.That(rows.Where(row => row.Limited == "unlimited" && row.Rule is CredentialsRule.RuntimeKey or CredentialsRule.Portal).Select(row => row.Name), Is.SubsetOf(new[]
        {
            "POST /v1/access/check", "GET /v1/customer/access/{subject_ref}", "GET /v1/customer/access",
        }), "only the access reads stand outside the limit");
    }

    [Test]
    public async Task A_route_that_asks_for_a_key_refuses_a_call_without_one()
    {
        using var http = _server.CreateClient();
        foreach (var (name, endpoint) in Mapped().Where(route => Rule(route.Endpoint) is CredentialsRule.RuntimeKey or CredentialsRule.Portal))
        {
            var parts = name.Split(' ');
            using var request = new HttpRequestMessage(new HttpMethod(parts[0]), parts[1].Replace("{subject_ref}", "user_1", StringComparison.Ordinal).Replace("{id}", "x_1", StringComparison.Ordinal).Replace("{entitlement_id}", "x_1", StringComparison.Ordinal).Replace("{product_code}", "X", StringComparison.Ordinal));
            using var response = await http.SendAsync(request);
            Assert.That((int)response.StatusCode, Is.EqualTo(401), name);
        }
    }

    private static CredentialsRule Rule(RouteEndpoint endpoint) => endpoint.Metadata.GetRequiredMetadata<RequiredCredentials>().Rule;

    private static bool IsLimited(RouteEndpoint endpoint) =>
        Rule(endpoint) is CredentialsRule.RuntimeKey or CredentialsRule.Portal or CredentialsRule.LocalOrAdminKey && endpoint.Metadata.GetMetadata<OutsideRateLimit>() is null;

    // What happens to a request that is sent twice.
    private static string Repeatable(string name, RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<RequiredIdempotencyKey>() is not null ? "yes: by its key, required"
        : endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters().Any(parameter => parameter.ParameterType == typeof(IdempotencyKey)) == true ? "yes: by its key, if sent"
        : name.Split(' ')[0] switch { "GET" => "yes: it reads", "PUT" or "PATCH" or "DELETE" => "yes: the same again", _ => WithoutKey.GetValueOrDefault(name, "NO") };

    private static bool IsHidden(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>()?.ExcludeFromDescription == true;

    private IEnumerable<RouteEndpoint> Routes() => _server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private IEnumerable<(string Name, RouteEndpoint Endpoint)> Mapped() =>
        from endpoint in Routes()
        where !IsHidden(endpoint)
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]
        select ($"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}", endpoint);

    private IEnumerable<string> Documented() =>
        from path in _document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Key is "get" or "put" or "post" or "delete" or "patch"
        select $"{operation.Key.ToUpperInvariant()} /{path.Key.Trim('/')}";
}
