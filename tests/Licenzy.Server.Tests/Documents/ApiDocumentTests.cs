using System.Text.Json.Nodes;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Testing;
using Licenzy.Webhooks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Documents;

/// <summary>The API's own description: committed as it is served, and complete enough for a client to be made from it.</summary>
public sealed class ApiDocumentTests
{
    private const string Refresh = "docs/openapi/v1.json is not what the server serves. Write it anew and commit it: dotnet build src/Licenzy.Cli -p:WriteOpenApi=true";

    private LicenzyTestServer _server = null!;
    private JsonObject _document = null!;
    private string _text = null!;

    [OneTimeSetUp]
    public async Task StartServer()
    {
        _server = await LicenzyTestServer.StartAsync();
        using var http = _server.CreateClient();
        _text = await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative));
        _document = JsonNode.Parse(_text)!.AsObject();
    }

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public void The_committed_document_is_the_one_that_is_served()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Licenzy.sln")))
            folder = folder.Parent;
        Assume.That(folder, Is.Not.Null, "The tests run outside the repository.");
        var committed = File.ReadAllText(Path.Combine(folder!.FullName, "docs", "openapi", "v1.json"));

        // Line by line, so that a failure shows the first one that differs.
        Assert.That(Lines(committed), Is.EqualTo(Lines(_text)), Refresh);
    }

    [Test]
    public void Every_operation_has_a_name_of_its_own_a_summary_and_a_tag_that_is_explained()
    {
        var names = Operations().Select(operation => (string?)operation.Node["operationId"]).ToList();
        Assert.That(names, Is.Unique.And.All.Match("^(get|put|post|patch|delete)[A-Z][A-Za-z0-9]+$"));
        Assert.That(_document["tags"]!.AsArray().Select(tag => (string?)tag!["description"]), Is.All.Not.Empty);
        foreach (var (name, node) in Operations())
        {
            Assert.That((string?)node["summary"], Is.Not.Empty, name);
            Assert.That(node["tags"]!.AsArray(), Has.Count.EqualTo(1), name);
        }
    }

    [Test]
    public void Every_parameter_in_a_path_is_described_and_nothing_else_is()
    {
        foreach (var (name, node) in Operations())
        {
            var inPath = name.Split('/', ' ').Where(segment => segment.StartsWith('{')).Select(segment => segment.Trim('{', '}'));
            Assert.That(Parameters(node, "path").Where(parameter => (bool?)parameter["required"] == true).Select(parameter => (string)parameter["name"]!), Is.EquivalentTo(inPath), name);
        }
    }

    [Test]
    public void Every_refusal_is_a_problem_and_says_when_to_come_back_where_that_helps()
    {
        foreach (var (name, node) in Operations())
        {
            foreach (var (status, answer) in node["responses"]!.AsObject().Where(answer => answer.Key[0] is '4' or '5'))
            {
                Assert.That((string?)answer!["content"]?["application/problem+json"]?["schema"]?["$ref"], Is.EqualTo("#/components/schemas/LicenzyProblem"), $"{name} {status}");
                Assert.That(answer["headers"]?["Retry-After"] is not null, Is.EqualTo(status is "429" or "503"), $"{name} {status}");
            }
        }
    }

    [Test]
    public void Every_answer_with_a_body_says_what_is_in_it()
    {
        foreach (var (name, node) in Operations())
        {
            foreach (var (status, answer) in node["responses"]!.AsObject().Where(answer => answer.Key is not ("204" or "304")))
                Assert.That(answer!["content"]?.AsObject().Count, Is.EqualTo(1), $"{name} {status}");
        }
    }

    [Test]
    public void What_a_route_asks_of_its_caller_is_what_it_says()
    {
        foreach (var (name, node) in Operations())
        {
            var endpoint = Endpoint(name);
            var rule = endpoint.Metadata.GetRequiredMetadata<RequiredCredentials>().Rule;
            var ways = node["security"]?.AsArray().Select(way => string.Join("+", way!.AsObject().Select(scheme => scheme.Key))).ToArray();
            Assert.That(ways, Is.EqualTo(rule switch
            {
                CredentialsRule.RuntimeKey => ["runtimeKey"],
                CredentialsRule.Portal => name.StartsWith("GET", StringComparison.Ordinal) ? ["adminKey", "session"] : ["adminKey", "session+csrfToken"],
                CredentialsRule.LocalOrAdminKey => ["", "adminKey"],
                CredentialsRule.StripeSignature => ["stripeSignature"],
                _ => (string[]?)null,
            }), name);
            Assert.That(Parameters(node, "header").Any(header => (string?)header["name"] == "X-Workspace"), Is.EqualTo(rule == CredentialsRule.Portal), name);
            if (rule is CredentialsRule.RuntimeKey or CredentialsRule.Portal)
                Assert.That(node["responses"]!["429"] is not null, Is.EqualTo(endpoint.Metadata.GetMetadata<OutsideRateLimit>() is null), name);
        }
    }

    [Test]
    public async Task An_Idempotency_Key_is_said_to_be_required_where_it_is()
    {
        using var http = _server.CreateClient(_server.TestKey);
        foreach (var name in Operations().Where(operation => Parameters(operation.Node, "header").Any(header => (string?)header["name"] == "Idempotency-Key" && (bool?)header["required"] == true)).Select(operation => operation.Name))
        {
            var body = name == "POST /v1/usage/consume" ? """{"subject_ref":"user_1","units":1}""" : """{"subject_ref":"user_1","product_code":"PRO"}""";
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri(name.Split(' ')[1], UriKind.Relative), content);
            Assert.That((int)answer.StatusCode, Is.EqualTo(400), name);
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("\"field\":\"Idempotency-Key\""), name);
        }
    }

    [Test]
    public void What_may_be_asked_for_is_listed_and_a_stream_can_be_resumed()
    {
        var schemas = _document["components"]!["schemas"]!;
        Assert.That(schemas["SetWebhookEndpointRequest"]!["properties"]!["event_types"]!["items"]!["enum"]!.AsArray().Select(name => (string?)name), Is.EqualTo(WebhookEventTypes.All));
        Assert.That(schemas["RequeueDeadWebhooksRequest"]!["properties"]!["type"]!["enum"]!.AsArray().Select(name => (string?)name), Is.EqualTo(WebhookEventTypes.All.Append(null)));
        Assert.That(schemas["WebhookEvent"]?["properties"]?["type"]?["enum"], Is.Null, "more may come: what is answered stays open");
        Assert.That(Parameters(Operations().Single(operation => operation.Name == "GET /v1/changes").Node, "header").Select(header => (string)header["name"]!), Does.Contain("Last-Event-ID"));
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    private static IEnumerable<JsonNode> Parameters(JsonNode operation, string place) =>
        (operation["parameters"]?.AsArray() ?? []).Where(parameter => (string?)parameter!["in"] == place).Select(parameter => parameter!);

    private IEnumerable<(string Name, JsonNode Node)> Operations() =>
        from path in _document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value);

    private RouteEndpoint Endpoint(string name) =>
        _server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Single(endpoint =>
            "/" + endpoint.RoutePattern.RawText!.Trim('/') == name.Split(' ')[1] && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(name.Split(' ')[0]) == true);
}
