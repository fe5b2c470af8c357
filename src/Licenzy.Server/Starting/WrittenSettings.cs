using System.Collections;
using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Starting;

/// <summary>
/// Refuses what stands in the configuration and would be passed over without a word: a name that is no setting, a list without an index, an entry that
/// is not of its kind. The binder takes what it understands and is silent about the rest.
/// </summary>
internal sealed class WrittenSettings(IConfiguration configuration, ILogger<WrittenSettings> logger) : IValidateOptions<LicenzyServerOptions>, IHostedService
{
    public const string Section = "Licenzy";

    // What Licenzy's clients and its receiver of webhooks read from the same section, in a host that is both.
    internal static readonly string[] OfClients =
        ["BaseAddress", "ApiKey", "AdminKey", "Workspace", "TotalTimeout", "AttemptTimeout", "MaxRetries", "RetryDelay", "MaxRetryAfter", "Webhooks"];

    public ValidateOptionsResult Validate(string? name, LicenzyServerOptions options)
    {
        var failures = Problems(configuration.GetSection(Section), typeof(LicenzyServerOptions)).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>Only warns of other names right below the section: the application around this server may have put them there.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var child in configuration.GetSection(Section).GetChildren())
        {
            if (PropertyOf(typeof(LicenzyServerOptions), child) is null && !OfClients.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                Log.ForeignSetting(logger, child.Path);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static IEnumerable<string> Problems(IConfigurationSection group, Type shape)
    {
        // The value may be a secret that somebody put a name too short.
        if (!string.IsNullOrEmpty(group.Value))
            yield return $"{group.Path} has a value, but is a group of settings. It takes: {Names(group, shape)}.";
        foreach (var child in group.GetChildren())
        {
            var problems = PropertyOf(shape, child) switch
            {
                { } property => Problems(child, property),
                null when group.Path == Section => [],
                null => [$"{child.Path} is not a setting. Look for a slip of the pen; {group.Path} takes: {Names(group, shape)}."],
            };
            foreach (var problem in problems)
                yield return problem;
        }
    }

    private static IEnumerable<string> Problems(IConfigurationSection section, PropertyInfo property) =>
        ElementOf(property.PropertyType) is { } element ? OfList(section, element)
            : IsGroup(property.PropertyType) ? Problems(section, property.PropertyType)
            : section.GetChildren().FirstOrDefault() is { } part ? [$"{part.Path} is not a setting: {section.Path} takes one value."]
            : [];

    private static IEnumerable<string> OfList(IConfigurationSection list, Type element)
    {
        var first = $"{list.Path}:0 (in the environment {list.Path.Replace(":", "__", StringComparison.Ordinal)}__0)";
        if (!string.IsNullOrEmpty(list.Value))
            yield return $"{list.Path} is '{list.Value}'. It is a list, whose entries are numbered: set {first}.";
        foreach (var entry in list.GetChildren().Where(entry => !Fits(entry.Value, element)))
            yield return $"{entry.Path} is '{entry.Value}'. It takes {Kind(element)}.";
    }

    private static bool Fits(string? value, Type type)
    {
        if (value is null)
            return false;
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception refused) when (refused is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    private static PropertyInfo? PropertyOf(Type shape, IConfigurationSection child) =>
        shape.GetProperties(BindingFlags.Public | BindingFlags.Instance).FirstOrDefault(property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));

    private static string Names(IConfigurationSection group, Type shape) =>
        string.Join(", ", shape.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => $"{group.Path}:{property.Name}"));

    private static Type? ElementOf(Type type) => typeof(IEnumerable).IsAssignableFrom(type) && type.IsGenericType ? type.GetGenericArguments()[0] : null;

    private static bool IsGroup(Type type) => type.IsNested && type.DeclaringType == typeof(LicenzyServerOptions);

    private static string Kind(Type type) =>
        type == typeof(int) ? "a whole number, such as 9443"
        : type == typeof(TimeSpan) ? "a time span, such as 00:05:00 for five minutes"
        : "a value";
}
