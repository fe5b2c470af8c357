using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Load.Serving;

/// <summary>The inside of a <see cref="ServerProcess"/>: settings in, port out, and an end when the input ends.</summary>
internal static class Serve
{
    public static async Task<int> RunAsync(Func<ServerSettings, Task<(Uri Address, IAsyncDisposable Server)>> start)
    {
        var settings = JsonSerializer.Deserialize<ServerSettings>((await Console.In.ReadLineAsync())!)!;
        var (address, server) = await start(settings);
        await using (server)
        {
            Console.WriteLine(address.Port);
            await Console.In.ReadToEndAsync();
        }

        return 0;
    }

    /// <summary>The leanest host there is, with nothing but routing: the same as the real server's.</summary>
    public static async Task<(Uri Address, IAsyncDisposable Server)> BareAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, BareJson.Default));
        var app = builder.Build();
        app.UseRouting();
        map(app);
        await app.StartAsync();
        return (new Uri(app.Urls.Single()), app);
    }
}

internal sealed record CheckQuestion([property: JsonPropertyName("subject_ref")] string SubjectRef);

internal sealed record CheckAnswer([property: JsonPropertyName("subject_ref")] string SubjectRef, [property: JsonPropertyName("allowed")] bool Allowed);

internal sealed record ConsumeQuestion([property: JsonPropertyName("subject_ref")] string SubjectRef, [property: JsonPropertyName("units")] long Units);

internal sealed record ConsumeAnswer([property: JsonPropertyName("ok")] bool Ok, [property: JsonPropertyName("usage_remaining")] long UsageRemaining);

[JsonSerializable(typeof(CheckQuestion))]
[JsonSerializable(typeof(CheckAnswer))]
[JsonSerializable(typeof(ConsumeQuestion))]
[JsonSerializable(typeof(ConsumeAnswer))]
internal sealed partial class BareJson : JsonSerializerContext;
