using System.CommandLine;
using Licenzy.Portal;

namespace Licenzy.Cli.Verbs;

/// <summary>What a product is like, as options: some are required of a new one.</summary>
internal sealed class ProductOptions(bool isNew)
{
    private readonly Option<string?> _name = new("--name") { Description = "What people read.", Required = isNew };
    private readonly Option<string?> _price = new("--price") { Description = "Stripe's price, price_…", Required = isNew };
    private readonly Option<long?> _days = new("--duration-days") { Description = "How long a time_pass lasts, or a usage_pack can be used." };
    private readonly Option<long?> _units = new("--units") { Description = "Units of a usage_pack, or included in each paid period of a subscription." };
    private readonly Option<long?> _grace = new("--past-due-grace-days") { Description = "Days a subscription stays usable while its payment fails; 21 unless given." };
    private readonly Option<string?> _success = new("--success-url") { Description = "Where the payer comes back to." };
    private readonly Option<string?> _cancel = new("--cancel-url") { Description = "Where whoever does not pay comes back to." };

    public IReadOnlyList<Symbol> All => [_name, _price, _days, _units, _grace, _success, _cancel];

    public CreateProductRequest Creation(ParseResult parsed, string mode, string code, string kind) => new()
    {
        Mode = mode,
        ProductCode = code,
        Kind = kind,
        Name = parsed.GetValue(_name)!,
        StripePriceId = parsed.GetValue(_price)!,
        DurationDays = parsed.GetValue(_days),
        Units = parsed.GetValue(_units),
        PastDueGraceDays = parsed.GetValue(_grace),
        SuccessUrl = parsed.GetValue(_success),
        CancelUrl = parsed.GetValue(_cancel),
    };

    public PatchProductRequest Change(ParseResult parsed) => new()
    {
        Name = parsed.GetValue(_name),
        StripePriceId = parsed.GetValue(_price),
        DurationDays = parsed.GetValue(_days),
        Units = parsed.GetValue(_units),
        PastDueGraceDays = parsed.GetValue(_grace),
        SuccessUrl = parsed.GetValue(_success),
        CancelUrl = parsed.GetValue(_cancel),
    };
}
