using Licenzy.Load;

// dotnet run -c Release --project benchmarks/Licenzy.Load -- changes|deliveries [count] [database]
var (what, count, database) = (args.ElementAtOrDefault(0), args.ElementAtOrDefault(1), args.ElementAtOrDefault(2));
switch (what)
{
    case "changes":
        await ChangeLatency.RunAsync(Count(2000), database);
        return 0;
    case "deliveries":
        await DeliveryRate.RunAsync(Count(3000), database);
        return 0;
    default:
        await Console.Error.WriteLineAsync("changes [count] [database]     how soon a change reaches who follows /v1/changes");
        await Console.Error.WriteLineAsync("deliveries [count] [database]  outbound webhooks a second, beside a bare HttpClient loop");
        return 2;
}

int Count(int otherwise) => int.TryParse(count, System.Globalization.CultureInfo.InvariantCulture, out var wanted) ? wanted : otherwise;
