using System.Text.RegularExpressions;
using Licenzy.Cli.Tests;
using Licenzy.Server.Tests.Http;

namespace Licenzy.Reliability.Tests.Killed;

/// <summary>A <c>licenzy serve</c> that may be killed, and how to speak to it.</summary>
internal sealed partial class Replica : IAsyncDisposable
{
    private readonly Tool _process;
    private readonly Uri _address;

    private Replica(Tool process, Uri address)
    {
        (_process, _address) = (process, address);
        Anybody = new Wire(new HttpClient { BaseAddress = address });
    }

    /// <summary>Without a key, as Stripe calls.</summary>
    public Wire Anybody { get; }

    public string Output => _process.Output;

    public static async Task<Replica> StartAsync(IReadOnlyDictionary<string, string> settings, string dataFolder)
    {
        var process = Tool.Licenzy(settings, "serve", "--data", dataFolder, "--urls", "http://127.0.0.1:0");
        try
        {
            // It says so itself, at once and for less than it costs to knock on a closed door again and again.
            await process.UntilAsync(() => Listening().IsMatch(process.Output));
            var replica = new Replica(process, new Uri(Listening().Match(process.Output).Groups[1].Value));
            Assert.That((await replica.Anybody.GetAsync("/readyz")).Status, Is.EqualTo(200));
            return replica;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public Wire With(string key)
    {
        var http = new HttpClient { BaseAddress = _address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return new Wire(http);
    }

    public Task KillAsync() => _process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        Anybody.Dispose();
        await _process.DisposeAsync();
    }

    [GeneratedRegex(@"Licenzy listens on (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
