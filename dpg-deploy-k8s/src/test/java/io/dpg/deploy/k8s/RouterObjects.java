package io.dpg.deploy.k8s;

/** What users have in their cluster before a router touches it. */
final class RouterObjects {

    static final String ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata:
              name: shop
              annotations: {team: payments}
            spec:
              parentRefs: [{name: gateway}]
              hostnames: [shop.example.com]
              rules:
                - name: api
                  matches: [{path: {type: PathPrefix, value: /api}, headers: [{name: x-tenant, value: a}]}]
                  filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: via, value: gw}]}}]
                  timeouts: {request: 3s}
                  backendRefs:
                    - name: api
                      port: 80
                      weight: 80
                      filters: [{type: RequestHeaderModifier, requestHeaderModifier: {add: [{name: b, value: c}]}}]
                    - {name: legacy, port: 8080, weight: 20}
                - matches: [{path: {type: Exact, value: /health}}]
                  backendRefs: [{name: api, port: 80}]
                - matches: [{path: {type: PathPrefix, value: /docs}}]
                  backendRefs: [{name: docs, port: 80}, {name: api, namespace: elsewhere, port: 80}]
            """;
    static final String VIRTUAL_SERVICE = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata:
              name: shop
              annotations: {team: payments}
            spec:
              hosts: [shop.example.com, api]
              gateways: [shop/gateway]
              http:
                - name: api
                  match: [{uri: {prefix: /api}}]
                  retries: {attempts: 2, perTryTimeout: 2s}
                  fault: {delay: {percentage: {value: 0.1}, fixedDelay: 5s}}
                  route:
                    - destination: {host: api, subset: stable, port: {number: 80}}
                      headers: {request: {set: {x-from: mesh}}}
                - match: [{uri: {prefix: /mixed}}]
                  route:
                    - {destination: {host: NAME.svc.cluster.local}, weight: 75}
                    - {destination: {host: legacy}, weight: 25}
                - redirect: {uri: /api}
              tcp:
                - match: [{port: 5432}]
                  route: [{destination: {host: api}}]
            """;
    static final String INGRESS = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: shop
              annotations:
                team: payments
                nginx.ingress.kubernetes.io/affinity: cookie
                nginx.ingress.kubernetes.io/proxy-body-size: 8m
            spec:
              ingressClassName: nginx
              tls: [{hosts: [shop.example.com], secretName: tls}]
              rules:
                - host: shop.example.com
                  http:
                    paths:
                      - {path: /api, pathType: Prefix, backend: {service: {name: api, port: {name: http}}}}
                      - {path: /docs, pathType: Prefix, backend: {service: {name: docs, port: {number: 80}}}}
                - host: docs.example.com
                  http:
                    paths:
                      - {path: /, pathType: Prefix, backend: {service: {name: docs, port: {number: 80}}}}
            """;

    private RouterObjects() {}
}
