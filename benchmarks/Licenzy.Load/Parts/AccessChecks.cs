using System.Globalization;
using Licenzy.Load.Databases;
using Licenzy.Load.Loading;
using Licenzy.Load.Serving;

namespace Licenzy.Load.Parts;

/// <summary>POST /v1/access/check, of one subject and of many, beside a bare web server and beside a lookup for each question.</summary>
internal static class AccessChecks
{
    private const int Connections = 64;
    private const string Echo = "bare Kestrel JSON echo";

    /// <summary>Servers are started for each number of subjects, so that memory is of that number alone.</summary>
    public static async Task RunAsync(Engines engines, Pace pace, IReadOnlyList<int> counts)
    {
        foreach (var count in counts)
        {
            var servers = new List<ServerProcess>();
            try
            {
                var contenders = new List<Contender> { new(Echo, await StartedAsync(ServerProcess.StartAsync("serve-echo", new())), RequestText.Check("-", count)) };
                foreach (var engine in engines.All)
                {
                    var naive = $"naive {engine.Name}";
                    contenders.Add(new(naive, await StartedAsync(engine.StartNaiveAsync()), RequestText.Check("-", count), Echo));
                    if (!engine.IsPostgres)
                        contenders.Add(new($"{naive}, statement kept", servers[^1], RequestText.Check("-", count, "/kept/access/check"), Echo));
                    contenders.Add(new(
                        $"Licenzy, {engine.Name}", await StartedAsync(engine.StartRealAsync()), RequestText.Check(engine.Real.LiveKey, count), Echo, naive));
                }

                foreach (var contender in contenders.Where(contender => count > 1 && contender.Naive is not null))
                    Race.Visit(contender, Connections, count);
                Table.Print(
                    string.Create(CultureInfo.InvariantCulture, $"Access check, {count:#,0} subject{(count == 1 ? "" : "s")}, {Connections} connections"),
                    Race.Run(contenders, Connections, pace));
            }
            finally
            {
                foreach (var server in servers)
                    await server.DisposeAsync();
            }

            async Task<ServerProcess> StartedAsync(Task<ServerProcess> starting)
            {
                servers.Add(await starting);
                return servers[^1];
            }
        }
    }
}
