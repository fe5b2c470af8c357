using System.Text.Json.Nodes;
using Licenzy.Server.Hosting;
using Licenzy.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Routes;

/// <summary>Every route is in the API's document and the reverse; every route says what it asks of its caller.</summary>
public sealed class RouteConventionTests
{
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
    public void Every_route_says_what_it_asks_of_its_caller()
    {
        foreach (var (name, endpoint) in Mapped())
        {
            var rule = endpoint.Metadata.GetMetadata<RequiredCredentials>();
            Assert.That(rule, Is.Not.Null, $"{name} has no credentials rule");
            TestContext.Out.WriteLine($"{name,-50} {rule!.Rule}");
        }
    }

    [Test]
    public async Task A_route_that_asks_for_a_key_refuses_a_call_without_one()
    {
        using var http = _server.CreateClient();
        foreach (var (name, endpoint) in Mapped().Where(route => Rule(route.Endpoint) is CredentialsRule.RuntimeKey or CredentialsRule.Portal))
        {
            var parts = name.Split(' ');
            using var request = new HttpRequestMessage(new HttpMethod(parts[0]), parts[1].Replace("{subject_ref}", "user_1", StringComparison.Ordinal).Replace("{id}", "x_1", StringComparison.Ordinal).Replace("{product_code}", "X", StringComparison.Ordinal));
            using var response = await http.SendAsync(request);
            Assert.That((int)response.StatusCode, Is.EqualTo(401), name);
        }
    }

    private static CredentialsRule Rule(RouteEndpoint endpoint) => endpoint.Metadata.GetRequiredMetadata<RequiredCredentials>().Rule;

    private IEnumerable<(string Name, RouteEndpoint Endpoint)> Mapped() =>
        from endpoint in _server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Order != int.MaxValue && endpoint.RoutePattern.RawText?.Contains("/openapi/", StringComparison.Ordinal) == false
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]
        select ($"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}", endpoint);

    private IEnumerable<string> Documented() =>
        from path in _document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Key is "get" or "put" or "post" or "delete" or "patch"
        select $"{operation.Key.ToUpperInvariant()} /{path.Key.Trim('/')}";
}
