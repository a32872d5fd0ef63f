using System.Text.RegularExpressions;
using ContactRouting.Hosting;

namespace ContactRouting.EndToEnd;

/// <summary>
/// The routes of the app as its functions declare them, without the constraints of their placeholders and without those that
/// refuse everything else.
/// </summary>
public static partial class AppRoutes
{
    public static IReadOnlyList<string> All { get; } =
    [
        .. typeof(LocalHost).Assembly.GetTypes().SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters())
            .SelectMany(parameter => parameter.GetCustomAttributesData())
            .Where(attribute => attribute.AttributeType.Name == "HttpTriggerAttribute")
            .Select(attribute => (string)attribute.NamedArguments.Single(argument => argument.MemberName == "Route").TypedValue.Value!)
            .Where(route => !route.Contains("{*", StringComparison.Ordinal))
            .Select(route => Constraint().Replace(Nothing().Replace(route, ""), "{$1}"))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A route with its placeholders filled in; one that is not known fails.</summary>
    public static string Fill(string route, IReadOnlyDictionary<string, string> values) => "/" + Replace(route, values);

    /// <summary>A text with its placeholders filled in; one that is not known fails.</summary>
    public static string Replace(string text, IReadOnlyDictionary<string, string> values) =>
        Placeholder().Replace(text, match => values[match.Groups[1].Value]);

    /// <summary>How a route says that its path is empty.</summary>
    [GeneratedRegex(@"\{\w+:maxlength\(0\)\?\}")]
    private static partial Regex Nothing();

    [GeneratedRegex(@"\{(\w+):[^{}]*\}")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();
}
