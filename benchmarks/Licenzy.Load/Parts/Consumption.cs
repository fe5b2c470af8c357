using System.Globalization;
using Licenzy.Load.Databases;
using Licenzy.Load.Loading;
using Licenzy.Load.Serving;

namespace Licenzy.Load.Parts;

/// <summary>POST /v1/usage/consume, each with its own Idempotency-Key and durable when it is answered, beside a transaction for each call.</summary>
internal static class Consumption
{
    private const int Connections = 128;

    public static async Task RunAsync(Engines engines, Pace pace, IReadOnlyList<int> balances)
    {
        foreach (var count in balances)
        {
            var servers = new List<ServerProcess>();
            try
            {
                var contenders = new List<Contender>();
                foreach (var engine in engines.All)
                {
                    servers.Add(await engine.StartNaiveAsync());
                    contenders.Add(new($"naive {engine.Name}", servers[^1], RequestText.Consume("-", count)));
                    servers.Add(await engine.StartRealAsync());
                    contenders.Add(new($"Licenzy, {engine.Name}", servers[^1], RequestText.Consume(engine.Real.LiveKey, count), Naive: $"naive {engine.Name}"));
                }

                Table.Print(
                    string.Create(CultureInfo.InvariantCulture, $"Consume, {(count == 1 ? "one balance" : $"{count:#,0} balances")}, {Connections} connections"),
                    Race.Run(contenders, Connections, pace));
            }
            finally
            {
                foreach (var server in servers)
                    await server.DisposeAsync();
            }
        }
    }
}
