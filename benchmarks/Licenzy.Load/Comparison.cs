using System.Globalization;
using Licenzy.Load.Databases;
using Licenzy.Load.Loading;
using Licenzy.Load.Parts;

namespace Licenzy.Load;

/// <summary>Runs the parts that compare with other servers, all in one run and on databases of their own.</summary>
internal static class Comparison
{
    public const string Usage =
        """
        all|access|consume|overload|start|replicas [seconds] [--rounds n] [--subjects n]
                                       the server beside bare and naive ones: seconds a turn (5), rounds (3), and access checks of so many
                                       subjects besides 1 and 1000, up to 9999999; a million takes minutes to prepare
        """;

    private const int Many = 1000;
    private const int Most = 9_999_999;

    public static async Task<int> RunAsync(string part, IReadOnlyList<string> words)
    {
        var seconds = words.Take(1).Where(word => !word.StartsWith('-')).Select(Number).FirstOrDefault(5);
        var (rounds, subjects) = ((int)After("--rounds", 3), (int)Math.Clamp(After("--subjects", Many), Many, Most));
        var pace = new Pace(TimeSpan.FromSeconds(seconds), rounds);

        Console.WriteLine(Machine.Describe());
        await using var engines = await Engines.StartAsync(subjects);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pace.Rounds} rounds in turns of {seconds} s; databases in {Path.GetTempPath()}"));
        if (part is "all" or "access")
            await AccessChecks.RunAsync(engines, pace, subjects > Many ? [1, Many, subjects] : [1, Many]);
        if (part is "all" or "consume")
            await Consumption.RunAsync(engines, pace, [1, Many]);
        if (part is "all" or "overload")
            await Overload.RunAsync(engines, pace);
        if (part is "all" or "start")
            await Starts.RunAsync(engines);
        if (part is "all" or "replicas")
            await Replicas.RunAsync(engines);
        Console.WriteLine($"\nLoad average at the end: {Machine.LoadAverage()}");
        return 0;

        double After(string name, double otherwise) => words.SkipWhile(word => word != name).Skip(1).Select(Number).FirstOrDefault(otherwise);
    }

    private static double Number(string word) => double.Parse(word, CultureInfo.InvariantCulture);
}
