using System.Diagnostics;
using Licenzy.Load.Serving;

namespace Licenzy.Load.Loading;

/// <summary>A server and what it is asked.</summary>
/// <param name="Name">How it stands in the table.</param>
/// <param name="Server">Its process.</param>
/// <param name="Request">What it is asked.</param>
/// <param name="Echo">The bare web server it is compared with.</param>
/// <param name="Naive">The straightforward implementation on the same engine.</param>
internal sealed record Contender(string Name, ServerProcess Server, RequestText Request, string? Echo = null, string? Naive = null);

/// <summary>
/// Lets contenders take turns, A B C A B C …: what the machine does beside strikes all alike, and a ratio is of two turns that lay side by side.
/// </summary>
internal static class Race
{
    // A round begins with new connections, and the first one with code that is not compiled for good yet.
    private static readonly TimeSpan FirstWarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.3);

    public static IReadOnlyList<Standing> Run(IReadOnlyList<Contender> contenders, int connections, Pace pace)
    {
        var rounds = contenders.ToDictionary(contender => contender.Name, _ => new List<Round>());
        for (var round = 0; round < pace.Rounds; round++)
        {
            foreach (var contender in contenders)
                rounds[contender.Name].Add(Turn(contender, connections, round == 0 ? FirstWarmUp : WarmUp, pace.Time));
        }

        return
        [
            .. contenders.Select(contender => new Standing(
                contender.Name,
                rounds[contender.Name],
                contender.Echo is { } echo ? rounds[echo] : null,
                contender.Naive is { } naive ? rounds[naive] : null)),
        ];
    }

    /// <summary>Asks for every subject once, so that what can be remembered is.</summary>
    public static void Visit(Contender contender, int connections, int subjects)
    {
        using var loader = new Loader(contender.Server.Address, contender.Request, connections);
        contender.Request.Walks = true;
        loader.Run(TimeSpan.FromMinutes(15), subjects);
        contender.Request.Walks = false;
    }

    private static Round Turn(Contender contender, int connections, TimeSpan warmUp, TimeSpan time)
    {
        using var loader = new Loader(contender.Server.Address, contender.Request, connections);
        loader.Run(warmUp);
        var (cpu, ours, begun) = (contender.Server.Cpu, Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        var round = loader.Run(time);
        return round with
        {
            CpuPerThousand = (contender.Server.Cpu - cpu).TotalSeconds / (round.Count + round.Failed) * 1000,
            LoaderCpu = (Environment.CpuUsage.TotalTime - ours) / Stopwatch.GetElapsedTime(begun),
            MemoryMiB = contender.Server.MemoryMiB,
        };
    }
}
