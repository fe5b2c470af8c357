using System.Globalization;

namespace Licenzy.Testing;

/// <summary>The two ways to ask for a trial, and their bounds.</summary>
internal static class Trial
{
    private const string DaysName = "subscription_data[trial_period_days]";
    private const string EndName = "subscription_data[trial_end]";
    private const int MaxDays = 730;

    public static long? Days(FormFields fields)
    {
        if (fields.Number(DaysName) is not { } days)
            return null;
        if (fields[EndName] is not null)
        {
            throw StripeRefusalException.Invalid(
                "You may only specify one of these parameters: trial_period_days, trial_end.", DaysName, "parameters_exclusive");
        }

        return days switch
        {
            < 1 => throw StripeRefusalException.Invalid("The minimum number of trial period days is 1.", DaysName),
            > MaxDays => throw StripeRefusalException.Invalid(
                string.Create(CultureInfo.InvariantCulture, $"The maximum number of trial period days is {MaxDays}."), DaysName),
            _ => days,
        };
    }

    public static DateTimeOffset? End(FormFields fields, DateTimeOffset now)
    {
        if (fields.Number(EndName) is not { } seconds)
            return null;
        return seconds >= now.AddHours(48).ToUnixTimeSeconds() && seconds <= now.AddDays(MaxDays).ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw StripeRefusalException.Invalid("The `trial_end` date has to be at least 2 days in the future.", EndName);
    }
}
