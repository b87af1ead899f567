"""Rows for tests, with nothing surprising: what is not given is filled with plain labels."""

import datetime as dt

import factory
from django.contrib.auth.hashers import make_password

from accounts import models
from accounts.actions import institutions
from policies.loader import packs

PASSWORD = "a long enough passphrase"
LONG_AGO = dt.date(2020, 1, 1)


class InstitutionFactory(factory.Factory):
    """A campus founded by the real action under the model policy; `slug` sets it apart."""

    class Meta:
        model = models.Institution

    pack = "model"
    name = factory.Sequence(lambda n: f"Test University {n}")

    @classmethod
    def _create(cls, model_class, pack, name, **kwargs):
        return institutions.found(pack=packs()[pack], name=name)


class UnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Unit

    institution = factory.SubFactory(InstitutionFactory)
    name = factory.Sequence(lambda n: f"Department {n}")


class PersonFactory(factory.django.DjangoModelFactory):
    """A person with the password `PASSWORD` who belongs nowhere yet."""

    class Meta:
        model = models.Person

    name = factory.Sequence(lambda n: f"Test person {n}")
    email = factory.Sequence(lambda n: f"person{n}@test.example")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


class AffiliationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Affiliation

    person = factory.SubFactory(PersonFactory)
    institution = factory.SubFactory(InstitutionFactory)


class MemberFactory(PersonFactory):
    """A person who belongs to `institution`, without any role."""

    institution = factory.SubFactory(InstitutionFactory)

    @classmethod
    def _create(cls, model_class, institution, **kwargs):
        person = super()._create(model_class, **kwargs)
        AffiliationFactory(person=person, institution=institution)
        return person


class RoleGrantFactory(factory.django.DjangoModelFactory):
    """A role since long ago, by default on the whole campus; its person belongs to the campus."""

    class Meta:
        model = models.RoleGrant

    institution = factory.SubFactory(InstitutionFactory)
    person = factory.SubFactory(MemberFactory, institution=factory.SelfAttribute("..institution"))
    role = models.Role.PROPOSER
    starts_on = LONG_AGO


class DelegationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Delegation

    grant = factory.SubFactory(RoleGrantFactory)
    principal = factory.SelfAttribute("grant.person")
    delegate = factory.SubFactory(MemberFactory, institution=factory.SelfAttribute("..grant.institution"))
    starts_on = LONG_AGO


class SeatHoldingFactory(factory.django.DjangoModelFactory):
    """A seat since long ago; give `body` and `seat` by the pack's ids."""

    class Meta:
        model = models.SeatHolding

    institution = factory.SubFactory(InstitutionFactory)
    person = factory.SubFactory(MemberFactory, institution=factory.SelfAttribute("..institution"))
    starts_on = LONG_AGO


class QualificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Qualification

    institution = factory.SubFactory(InstitutionFactory)
    person = factory.SubFactory(MemberFactory, institution=factory.SelfAttribute("..institution"))
    starts_on = LONG_AGO
