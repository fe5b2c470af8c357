using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Licenzy.Testing;

namespace Licenzy.Load.Parts;

/// <summary>How soon a change reaches who follows <c>GET /v1/changes</c>, over loopback: from the request that makes it, and from that request's answer.</summary>
internal static class ChangeLatency
{
    public static async Task RunAsync(int count, string? database)
    {
        await using var shop = await Shop.OpenAsync(database, new LicenzyTestServerOptions(), _ => { });
        await shop.StockAsync();
        var heard = new ConcurrentDictionary<long, long>();
        using var done = new CancellationTokenSource();
        using var stream = await shop.Runtime.GetStreamAsync(new Uri("/v1/changes", UriKind.Relative));
        var listening = Task.Run(() => HearAsync(stream, heard, done.Token));

        var (asked, answered) = (new long[count], new long[count]);
        for (var n = 0; n < count; n++)
        {
            asked[n] = Stopwatch.GetTimestamp();
            await shop.ConsumeAsync();
            answered[n] = Stopwatch.GetTimestamp();
        }

        // The grant made version 1.
        while (!heard.ContainsKey(count + 1))
            await Task.Delay(10);
        await done.CancelAsync();
        await listening;

        var warm = Enumerable.Range(count / 10, count - (count / 10)).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{warm.Count} changes, one after the other, {(database is null ? "SQLite" : "PostgreSQL")}"));
        Console.WriteLine("  from the request to its answer:        " + Shop.Spread(warm.Select(n => Stopwatch.GetElapsedTime(asked[n], answered[n]))));
        Console.WriteLine("  from the request to the listener:      " + Shop.Spread(warm.Select(n => Stopwatch.GetElapsedTime(asked[n], heard[n + 2]))));
        Console.WriteLine("  from the answer to the listener:       " + Shop.Spread(warm.Select(n => Stopwatch.GetElapsedTime(answered[n], heard[n + 2]))));
    }

    private static async Task HearAsync(Stream stream, ConcurrentDictionary<long, long> heard, CancellationToken cancellationToken)
    {
        using var lines = new StreamReader(stream);
        try
        {
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                    heard[(long)JsonNode.Parse(line[6..])!["version"]!] = Stopwatch.GetTimestamp();
            }
        }
        catch (OperationCanceledException)
        {
            // All were heard.
        }
    }
}
