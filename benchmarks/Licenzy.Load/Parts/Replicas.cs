using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Licenzy.Load.Databases;
using Licenzy.Load.Loading;
using Licenzy.Load.Serving;

namespace Licenzy.Load.Parts;

/// <summary>Two servers on one PostgreSQL: from the answer to a grant on the one to the first access check on the other that knows of it.</summary>
internal static class Replicas
{
    private const int Grants = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Engines engines)
    {
        if (engines.All.FirstOrDefault(engine => engine.IsPostgres) is not { } engine)
            return;
        await using var one = await engine.StartRealAsync();
        await using var other = await engine.StartRealAsync();
        using var seller = new Operator(one.Url, engine.Real.AdminKey);
        using var program = new HttpClient { BaseAddress = other.Url };
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", engine.Real.LiveKey);

        var took = new List<double>();
        for (var grant = 0; grant <= Grants; grant++)
        {
            var seen = await OnceAsync($"replica_{Guid.NewGuid():N}");
            // The first compiles both sides.
            if (grant > 0)
                took.Add(seen);
        }

        Console.WriteLine($"\n### A change seen by the other of two servers on one PostgreSQL, {Grants} grants\n");
        Table.Print(["", "median ms", "longest ms"], [["from the answer to the grant", Table.Text(Standing.Middle(took), "0.0"), Table.Text(took.Max(), "0.0")]]);

        async Task<double> OnceAsync(string subjectRef)
        {
            // So that it is remembered that there is none.
            if (await IsAllowedAsync(program, subjectRef))
                throw new InvalidOperationException("A subject that nobody knows is allowed.");
            await seller.GrantAsync(subjectRef, "PACK");
            var answered = Stopwatch.GetTimestamp();
            while (!await IsAllowedAsync(program, subjectRef))
            {
                if (Stopwatch.GetElapsedTime(answered) > Patience)
                    throw new TimeoutException($"The other server had not heard of a grant after {Patience.TotalSeconds} s.");
            }

            return Stopwatch.GetElapsedTime(answered).TotalMilliseconds;
        }
    }

    private static async Task<bool> IsAllowedAsync(HttpClient program, string subjectRef)
    {
        using var response = await program.PostAsJsonAsync("/v1/access/check", new { subject_ref = subjectRef });
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadAsStringAsync()).Contains("\"allowed\":true", StringComparison.Ordinal);
    }
}
