using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Tests.Deployment;

/// <summary>A route of the app; only what no other function serves is a catch-all's.</summary>
internal sealed record HostRoute(string Function, string Template)
{
    public bool IsCatchAll => Template.Contains("{*", StringComparison.Ordinal);
}

/// <summary>The published routes, resolved as the Functions host does: the first that matches, by the functions' names.</summary>
internal sealed partial class HostRoutes
{
    private readonly List<Candidate> all;

    /// <param name="metadata">The published <c>functions.metadata</c>.</param>
    public HostRoutes(JsonElement metadata)
    {
        var constraints = new ServiceCollection().AddLogging().AddRouting().BuildServiceProvider()
            .GetRequiredService<IInlineConstraintResolver>();
        IRouteConstraint Resolve(TemplatePart parameter, InlineConstraint constraint)
        {
            var resolved = constraints.ResolveConstraint(constraint.Constraint)!;
            return parameter.IsOptional ? new OptionalRouteConstraint(resolved) : resolved;
        }
        Routes =
        [
            .. from function in metadata.EnumerateArray()
            from binding in function.GetProperty("bindings").EnumerateArray()
            where binding.GetProperty("type").GetString() == "httpTrigger"
            let name = function.GetProperty("name").GetString()!
            orderby name
            select new HostRoute(name, binding.GetProperty("route").GetString()!),
        ];
        all =
        [
            .. Routes.Select(route =>
            {
                var template = TemplateParser.Parse(route.Template);
                return new Candidate(
                    route,
                    new TemplateMatcher(template, []),
                    [
                        .. template.Parameters.SelectMany(
                            parameter => parameter.InlineConstraints,
                            (parameter, constraint) => (parameter.Name!, Resolve(parameter, constraint))
                        ),
                    ]
                );
            }),
        ];
    }

    public IReadOnlyList<HostRoute> Routes { get; }

    /// <summary>The function that gets a request for a path; null where none does.</summary>
    public string? FunctionOf(string path) =>
        all.FirstOrDefault(candidate =>
        {
            var values = new RouteValueDictionary();
            return candidate.Matcher.TryMatch(new PathString(path), values)
                && candidate.Constraints.All(constraint =>
                    constraint.Check.Match(null, null, constraint.Name, values, RouteDirection.IncomingRequest)
                );
        })?.Route.Function;

    /// <summary>The paths that clients ask for by a route: for each of its alternatives, with an id for every other placeholder.</summary>
    public static IEnumerable<string> PathsOf(HostRoute route) =>
        Alternatives().Match(route.Template) is { Success: true } found
            ? found.Groups[1].Value.Split('|')
                .Select(word => "/" + Filled(route.Template.Replace(found.Value, word, StringComparison.Ordinal)))
            : ["/" + Filled(route.Template)];

    private sealed record Candidate(
        HostRoute Route,
        TemplateMatcher Matcher,
        IReadOnlyList<(string Name, IRouteConstraint Check)> Constraints
    );

    private static string Filled(string template) => Placeholder().Replace(Nothing().Replace(template, ""), "1");

    /// <summary>How a route says that its path is empty.</summary>
    [GeneratedRegex(@"\{\w+:maxlength\(0\)\?\}")]
    private static partial Regex Nothing();

    [GeneratedRegex(@"\{\w+:regex\(\^\(([^()]+)\)\$\)\}")]
    private static partial Regex Alternatives();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}
