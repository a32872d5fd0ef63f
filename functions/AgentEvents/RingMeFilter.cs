using System.Text.RegularExpressions;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.AgentEvents;

/// <summary>A filter of a list by numbers: <c>name=1</c>, repeated, <c>name[]=1</c> or <c>name[0]=1</c>; any of them will do.</summary>
internal static partial class RingMeFilter
{
    /// <returns>The numbers; null where the query has none of the forms.</returns>
    /// <exception cref="DomainException">One of them is no number.</exception>
    public static IReadOnlySet<int>? Read(HttpRequest request, string name)
    {
        var texts = request.Query.Where(pair => Index().Replace(pair.Key, "") == name).SelectMany(pair => pair.Value).ToList();
        return texts.Count == 0
            ? null
            : texts.Select(text => WireId.Parse(text ?? "") ?? throw DomainException.Invalid(name, "must be a whole number.")).ToHashSet();
    }

    [GeneratedRegex(@"\[[0-9]{0,9}\]\z")]
    private static partial Regex Index();
}
