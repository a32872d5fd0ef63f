using ContactRouting.Errors;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Http;

/// <summary>What a resource does for each method. HEAD is answered like GET, unless GET writes.</summary>
internal class Verbs<TCaller>
{
    public Func<TCaller, Task<Reply>>? Get { get; init; }

    public Func<TCaller, Task<Reply>>? Post { get; init; }

    public Func<TCaller, Task<Reply>>? Put { get; init; }

    public Func<TCaller, Task<Reply>>? Patch { get; init; }

    public Func<TCaller, Task<Reply>>? Delete { get; init; }

    /// <summary>What a browser asks before a request; not among the methods that are told of.</summary>
    public Func<TCaller, Task<Reply>>? Options { get; init; }

    public bool GetWrites { get; init; }

    /// <summary>A POST that changes nothing, and so is never remembered by its key.</summary>
    public bool PostReads { get; init; }

    /// <summary>Others than the account's administrator may ask for changes too; the handler decides which.</summary>
    public bool OpenToUsers { get; init; }

    /// <summary>The query parameters that the resource takes; an API may refuse others.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];

    /// <summary>Those that only its GET takes, beside them.</summary>
    public IReadOnlyList<string> GetQuery { get; init; } = [];

    /// <summary>By which fields the properties of the resource's record come in: a refusal of the record names the field.</summary>
    public IReadOnlyDictionary<string, string>? FieldNames { get; init; }

    private IEnumerable<(string Method, Func<TCaller, Task<Reply>>? Handler)> All =>
    [
        (HttpMethods.Get, Get), (HttpMethods.Head, GetWrites ? null : Get), (HttpMethods.Post, Post), (HttpMethods.Put, Put),
        (HttpMethods.Patch, Patch), (HttpMethods.Delete, Delete),
    ];

    /// <summary>Those that there are.</summary>
    public IEnumerable<string> Methods => All.Where(verb => verb.Handler is not null).Select(verb => verb.Method);

    /// <summary>The query parameters that the resource takes for a method.</summary>
    public IReadOnlyList<string> QueryOf(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? [.. GetQuery, .. Query] : Query;

    /// <exception cref="DomainException">The method is not one of the resource's.</exception>
    public Func<TCaller, Task<Reply>> Find(string method)
    {
        var handler = (HttpMethods.IsOptions(method) ? Options : All.FirstOrDefault(verb => verb.Method == method).Handler)
            ?? throw new DomainException(ErrorKind.MethodNotAllowed, $"{method} is not supported here.")
            {
                Allow = string.Join(", ", Methods),
            };
        return FieldNames is null ? handler : caller => NamedAsync(handler(caller), FieldNames);
    }

    private static async Task<Reply> NamedAsync(Task<Reply> work, IReadOnlyDictionary<string, string> fields)
    {
        try
        {
            return await work;
        }
        catch (DomainException error) when (error.Fault is { } fault && fields.TryGetValue(fault.Property, out var field))
        {
            throw DomainException.Of(fault, field);
        }
    }
}
