using System.Diagnostics;
using System.Reflection.PortableExecutable;
using Licenzy.Load.Databases;
using Licenzy.Load.Loading;
using Licenzy.Load.Serving;
using Licenzy.Server;

namespace Licenzy.Load.Parts;

/// <summary>From the start of a process to its first answer, on a database that is there already.</summary>
internal static class Starts
{
    private const int Times = 7;

    public static async Task RunAsync(Engines engines)
    {
        var contenders = new List<(string Name, string Kind, ServerSettings Settings)> { ("bare app", "serve-echo", new ServerSettings { LiveKey = "-" }) };
        contenders.AddRange(engines.All.Select(engine => ($"Licenzy, {engine.Name}", "serve-licenzy", engine.Real)));
        var took = contenders.ToDictionary(contender => contender.Name, _ => new List<double>());
        for (var time = 0; time < Times; time++)
        {
            foreach (var (name, kind, settings) in contenders)
                took[name].Add(await OnceAsync(kind, settings));
        }

        var bare = took[contenders[0].Name];
        Console.WriteLine($"\n### Start to the first answer, {Times} starts each, {Compiled()}\n");
        Table.Print(
            ["server", "median ms", "longest ms", "× bare app"],
            took.Select(pair => new[]
            {
                pair.Key, Table.Text(Standing.Middle(pair.Value), "0"), Table.Text(pair.Value.Max(), "0"),
                Table.Text(Standing.Middle(pair.Value.Zip(bare, (ours, theirs) => ours / theirs)), "0.00"),
            }));
    }

    // Both contenders alike. Most of a start is compiling, so a figure without this word says nothing.
    private static string Compiled()
    {
        using var assembly = new PEReader(File.OpenRead(typeof(LicenzyServerOptions).Assembly.Location));
        return assembly.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0 ? "compiled before, as published for a platform" : "compiled while it starts";
    }

    private static async Task<double> OnceAsync(string kind, ServerSettings settings)
    {
        var begun = Stopwatch.GetTimestamp();
        await using var server = await ServerProcess.StartAsync(kind, settings);
        using var lane = new Lane(server.Address, RequestText.Check(settings.LiveKey, subjects: 1));
        lane.Send();
        while (lane.Receive() is null)
        {
            // The rest of the answer is on its way.
        }

        return lane.IsGood ? Stopwatch.GetElapsedTime(begun).TotalMilliseconds : throw new InvalidOperationException($"{kind} did not answer as expected.");
    }
}
