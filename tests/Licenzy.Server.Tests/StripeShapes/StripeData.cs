using System.Text.Json.Nodes;

namespace Licenzy.Server.Tests.StripeShapes;

/// <summary>Stripe's own published data, where it lies beside the repository. It is no part of the project.</summary>
internal static class StripeData
{
    /// <summary>A file's content, made for each caller; skips the test where the file is not here.</summary>
    public static JsonObject Read(string file) => Parse(file).AsObject();

    /// <summary>The same of a file that is a list.</summary>
    public static JsonArray ReadArray(string file) => Parse(file).AsArray();

    /// <summary>Stripe's example events by name.</summary>
    public static JsonObject Events() => Read("stripe-events.json");

    private static JsonNode Parse(string file)
    {
        var path = Folders().Select(folder => Path.Combine(folder, "stripe", file)).FirstOrDefault(File.Exists);
        if (path is null)
            Assert.Ignore($"Stripe's published data ({file}) is not beside the repository. Set LICENZY_SHARED to the folder that holds stripe/.");
        return JsonNode.Parse(File.ReadAllText(path!))!;
    }

    private static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("LICENZY_SHARED") is { Length: > 0 } named)
            yield return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            yield return Path.Combine(folder.FullName, "shared");
    }
}
