using System.Globalization;
using Licenzy.Load.Databases;
using Licenzy.Load.Loading;

namespace Licenzy.Load.Parts;

/// <summary>
/// More than the server can do: first what it can, over as many connections as serve it best, then two and ten times that over nearly as many as it takes.
/// What is on top is to be refused at once, what is taken to be done nearly as fast as before, and health to be told all the time.
/// </summary>
internal static class Overload
{
    private const int Connections = 128;
    private const int ManyConnections = 950;
    // Until everything is compiled for good: a capacity that is taken too low flatters what is reached of it.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(Engines engines, Pace pace)
    {
        Console.WriteLine("\n### Consume, one balance, offered more than can be done\n");
        var rows = new List<IReadOnlyList<string>>();
        foreach (var engine in engines.All)
        {
            await using var server = await engine.StartRealAsync();
            var text = RequestText.Consume(engine.Real.LiveKey, 1);
            double capacity;
            using (var loader = new Loader(server.Address, text, Connections))
            {
                loader.Run(WarmUp);
                capacity = loader.Run(pace.Time).PerSecond;
            }

            rows.Add([$"Licenzy, {engine.Name}", "1", "", Table.Text(capacity, "#,0"), "1.00", "", "", "", "", ""]);
            using var flood = new Flood(server.Address, text, ManyConnections);
            foreach (var times in new[] { 2, 10 })
            {
                using var health = new HealthProbe(server.Url);
                var flooded = flood.Run(pace.Time, capacity * times);
                var slowest = Table.Text(await health.P99Async(), "0.0");
                rows.Add(
                [
                    $"Licenzy, {engine.Name}", times.ToString(CultureInfo.InvariantCulture), Table.Text(flooded.Offered, "#,0"), Table.Text(flooded.Good, "#,0"),
                    Table.Text(flooded.Good / capacity, "0.00"), Table.Text(flooded.P99, "0"), Table.Text(flooded.Refused, "#,0"),
                    flooded.Other.ToString(CultureInfo.InvariantCulture), slowest, health.Failed.ToString(CultureInfo.InvariantCulture),
                ]);
            }
        }

        Table.Print(["server", "× capacity", "offered/s", "good/s", "of capacity", "p99 ms", "refused/s", "other", "/healthz p99 ms", "/healthz failed"], rows);
    }
}
