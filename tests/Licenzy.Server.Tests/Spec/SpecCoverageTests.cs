using System.Reflection;
using System.Text.Json.Nodes;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Spec;

/// <summary>No route without a sentence that a test holds it to, and no sentence about a route that is not there.</summary>
public sealed class SpecCoverageTests
{
    private static readonly string[] Methods = ["get", "put", "post", "patch", "delete"];

    [Test]
    public async Task Every_route_has_a_sentence_with_a_test()
    {
        var sentences = typeof(SpecCoverageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes<SpecAttribute>())
            .DistinctBy(spec => (spec.Route, spec.Sentence))
            .ToLookup(spec => spec.Route, spec => spec.Sentence);
        var routes = await RoutesAsync();

        foreach (var route in routes)
        {
            TestContext.Out.WriteLine($"{sentences[route].Count(),4}  {route}");
        }

        Assert.That(routes.Where(route => !sentences[route].Any()), Is.Empty, "routes without a sentence");
        Assert.That(sentences.Select(group => group.Key).Except(routes), Is.Empty, "sentences about routes that are not there");
    }

    private static async Task<IReadOnlyList<string>> RoutesAsync()
    {
        await using var server = await LicenzyTestServer.StartAsync();
        using var http = server.CreateClient();
        var document = JsonNode.Parse(await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!;
        return
        [
            .. from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            where Methods.Contains(operation.Key)
            select $"{operation.Key.ToUpperInvariant()} {path.Key}",
        ];
    }
}
